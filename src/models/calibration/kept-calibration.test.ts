import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../../test/setup/database.ts'
import { systemClock } from '../../lib/clock.ts'
import { silentLogger } from '../../lib/logger.ts'
import { createKeptCalibration } from './kept-calibration.ts'

const database = await createTestDatabase()
afterAll(() => database.close())
const open = () => createKeptCalibration({ db: database.db, clock: systemClock, logger: silentLogger })

test('what was learned about a model is there after a restart, and less evidence never replaces more', async () => {
  const before = await open()
  const stale = await open()
  for (let nth = 0; nth < 30; nth += 1) before.calibration.observe('alpha/one', 1_000, 800)
  stale.calibration.observe('alpha/one', 1_000, 2_000)
  await before.flush()
  await stale.flush()
  const after = await open()
  expect(after.calibration.factor('alpha/one')).toBe(before.calibration.factor('alpha/one'))
  expect(after.calibration.factor('alpha/one')).toBeLessThan(0.85)
  await after.flush()
})
