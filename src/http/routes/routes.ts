/** Every route of the server. */
import type { FastifyInstance } from 'fastify'
import type { HttpDependencies } from '../dependencies.ts'
import { registerMultipart } from '../uploads/multipart.ts'
import { registerTus } from '../uploads/tus.ts'
import { registerAccount } from './account.ts'
import { registerAlerts } from './alerts.ts'
import { registerAudit } from './audit.ts'
import { registerAuth } from './auth.ts'
import { registerChains } from './chains.ts'
import { registerCredentials } from './credentials.ts'
import { registerCredits } from './credits.ts'
import { registerCreditsAdmin } from './credits-admin.ts'
import { registerErrorLog } from './error-log.ts'
import { registerEvents } from './events.ts'
import { registerExport } from './export.ts'
import { registerHealth } from './health.ts'
import { registerInvitations } from './invitations.ts'
import { registerMedia } from './media.ts'
import { registerModelAdmin } from './model-admin.ts'
import { registerModels } from './models.ts'
import { registerMonitoring } from './monitoring.ts'
import { registerReports } from './reports.ts'
import { registerRollouts } from './rollouts.ts'
import { registerSchedules } from './schedules.ts'
import { registerServerInfo } from './server-info.ts'
import { registerTemplates } from './templates.ts'
import { registerTexts } from './texts.ts'
import { registerTranscriptions } from './transcriptions.ts'
import { registerUsage } from './usage.ts'
import { registerValidateModel } from './validate-model.ts'

export const registerRoutes = async (app: FastifyInstance, deps: HttpDependencies): Promise<void> => {
  registerHealth(app, deps)
  registerServerInfo(app, deps)
  registerAuth(app, deps)
  registerAccount(app, deps)
  registerInvitations(app, deps)
  registerModels(app, deps)
  registerValidateModel(app, deps)
  registerModelAdmin(app, deps)
  registerUsage(app, deps)
  registerErrorLog(app, deps)
  registerMonitoring(app, deps)
  registerCredentials(app, deps)
  registerCredits(app, deps)
  registerCreditsAdmin(app, deps)
  registerAudit(app, deps)
  registerSchedules(app, deps)
  registerAlerts(app, deps)
  registerReports(app, deps)
  registerRollouts(app, deps)
  registerTranscriptions(app, deps)
  registerTexts(app, deps)
  registerTemplates(app, deps)
  registerChains(app, deps)
  registerMedia(app, deps)
  registerExport(app, deps)
  registerEvents(app, deps)
  await registerMultipart(app, deps)
  await registerTus(app, deps)
}
