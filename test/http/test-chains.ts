/** Chains and decisions on the test's database, over a catalog of three models. */
import { createCatalog } from '../../src/gateway/index.ts'
import { row } from '../../src/gateway/testing/scripted-caller.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createChains, type Chains } from '../../src/models/chains/chains.ts'
import { createChainsStore } from '../../src/models/chains/chains.store.ts'
import { createDecisions, type Decisions } from '../../src/models/chains/decisions.ts'
import { createDecisionsStore } from '../../src/models/chains/decisions.store.ts'
import type { createTestDatabase } from '../setup/database.ts'

const rows = [
  row('alpha/one', { aliases: ['first'] }),
  row('beta/two'),
  { ...row('beta/gone'), active: false, removalReason: 'Its provider took it away' },
]

export const createTestChains = async ({
  db,
}: Pick<Awaited<ReturnType<typeof createTestDatabase>>, 'db'>): Promise<{ chains: Chains; decisions: Decisions }> => {
  const common = { clock: systemClock, newId: createId, logger: silentLogger }
  const chains = await createChains({
    store: createChainsStore(db),
    catalog: createCatalog(rows),
    whyUnreachable: () => null,
    settled: { models: ['beta/two'], source: 'seed' },
    ...common,
  })
  return { chains, decisions: createDecisions({ store: createDecisionsStore(db), ...common }) }
}
