/**
 * The tables, as Kysely sees them.
 *
 * Each domain declares its own in `tables/<domain>.ts` as one interface `{ table_name: Row }` and adds it to the list
 * below; the matching migration stands in `migrations/`.
 */

import type { AccountTables } from './tables/accounts.ts'
import type { ChainTables } from './tables/chains.ts'
import type { CreditTables } from './tables/credits.ts'
import type { JobTables } from './tables/jobs.ts'
import type { ModelSyncTables } from './tables/model-sync.ts'
import type { ModelTables } from './tables/models.ts'
import type { SteeringTables } from './tables/steering.ts'
import type { TextTemplateTables } from './tables/text-templates.ts'
import type { TokenCalibrationTables } from './tables/token-calibrations.ts'
import type { TranscriptionTables } from './tables/transcriptions.ts'
import type { UploadTables } from './tables/uploads.ts'
import type { UsageTables } from './tables/usage.ts'

/** Every table of the application. The job queue's own tables are not here: only `src/jobs` speaks to them. */
export interface Database
  extends
    AccountTables,
    ChainTables,
    CreditTables,
    JobTables,
    ModelTables,
    ModelSyncTables,
    TextTemplateTables,
    TokenCalibrationTables,
    TranscriptionTables,
    UploadTables,
    SteeringTables,
    UsageTables {}
