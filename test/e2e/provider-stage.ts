/** A server whose providers are simulated, with an administrator signed in. */
import type { Page } from 'playwright-core'
import { afterAll } from 'vitest'
import { createSimulator } from '../../simulator/simulator.ts'
import type { Simulator, SimulatorUrls } from '../../simulator/simulator-api.ts'
import { signUpFirst } from './browser.ts'
import { openContext, type OpenedContext } from './context.ts'
import { openStage, type Stage } from './stage.ts'

export interface ProviderStage {
  stage: Stage
  simulator: Simulator
  opened: OpenedContext
  page: Page
}

type Provider = keyof SimulatorUrls

interface ProviderStageOptions {
  providers: readonly Provider[]
  env?: Record<string, string>
  context?: Parameters<typeof openContext>[2]
}

const settingsOf = (providers: readonly Provider[], urls: SimulatorUrls): Record<string, string> =>
  Object.fromEntries(
    providers.flatMap((provider) => [
      [`${provider.toUpperCase()}_BASE_URL`, urls[provider]],
      [`${provider.toUpperCase()}_API_KEY`, `simulated-key-of-${provider}`],
    ]),
  )

/** Closed when the file's tests are over. */
export const openProviderStage = async (options: ProviderStageOptions): Promise<ProviderStage> => {
  const simulator = createSimulator()
  const { urls } = await simulator.start()
  afterAll(async () => await simulator.close())
  const stage = await openStage({ ...settingsOf(options.providers, urls), ...options.env })
  afterAll(async () => await stage.close())
  const opened = await openContext(stage.browser, stage.server.address, options.context)
  const page = await opened.context.newPage()
  await signUpFirst(page)
  return { stage, simulator, opened, page }
}
