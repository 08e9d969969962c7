/**
 * Every change of the schema, in order of name. Append only: a migration that ran somewhere is never edited or renamed.
 *
 * Add a file `NNNN-name.ts` that exports `const migration: Migration` and its line here.
 */
import type { Migration } from 'kysely/migration'
import { migration as accounts } from './0001-accounts.ts'
import { migration as jobs } from './0002-jobs.ts'
import { migration as transcriptions } from './0010-transcriptions.ts'
import { migration as uploads } from './0020-uploads.ts'
import { migration as credits } from './0030-credits.ts'
import { migration as models } from './0040-models.ts'
import { migration as modelSync } from './0050-model-sync.ts'
import { migration as learnedRules } from './0060-learned-rules.ts'
import { migration as creditWork } from './0070-credit-work.ts'
import { migration as creditPrices } from './0071-credit-prices.ts'
import { migration as textCharge } from './0072-text-charge.ts'
import { migration as textFacts } from './0080-text-facts.ts'
import { migration as textTemplates } from './0081-text-templates.ts'
import { migration as fallbackChains } from './0082-fallback-chains.ts'
import { migration as tokenCalibration } from './0083-token-calibration.ts'
import { migration as steering } from './0100-steering.ts'
import { migration as attemptsByTime } from './0101-attempts-by-time.ts'
import { migration as statements } from './0102-statements.ts'
import { migration as heldStatement } from './0103-held-statement.ts'
import { migration as uploadTurns } from './0106-upload-turns.ts'
import { migration as unreadLists } from './0111-unread-lists.ts'
import { migration as stoppedSyncs } from './0112-stopped-syncs.ts'
import { migration as originalWords } from './0160-original-words.ts'
import { migration as usage } from './0090-usage.ts'

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-accounts': accounts,
  '0002-jobs': jobs,
  '0010-transcriptions': transcriptions,
  '0020-uploads': uploads,
  '0030-credits': credits,
  '0040-models': models,
  '0050-model-sync': modelSync,
  '0060-learned-rules': learnedRules,
  '0070-credit-work': creditWork,
  '0071-credit-prices': creditPrices,
  '0072-text-charge': textCharge,
  '0080-text-facts': textFacts,
  '0081-text-templates': textTemplates,
  '0082-fallback-chains': fallbackChains,
  '0083-token-calibration': tokenCalibration,
  '0090-usage': usage,
  '0100-steering': steering,
  '0101-attempts-by-time': attemptsByTime,
  '0102-statements': statements,
  '0103-held-statement': heldStatement,
  '0106-upload-turns': uploadTurns,
  '0111-unread-lists': unreadLists,
  '0112-stopped-syncs': stoppedSyncs,
  '0160-original-words': originalWords,
}
