/** Failures that belong to this house and pass: the job is given back, and whoever takes it goes on where it was. */
import { toDatabaseError } from '../../db/failure.ts'
import { toAppError } from '../../errors.ts'

export const mustComeAgain = (thrown: unknown): boolean =>
  toAppError(toDatabaseError(thrown) ?? thrown).code === 'database-unavailable'
