/** Which users are in the candidate's arm: always the same ones, and those of a smaller share stay in a larger one. */
import { createHash } from 'node:crypto'

/** Evenly spread between 0 and 1, the same for a user and a rollout at any time and in any process. */
const placeOf = (rolloutId: string, userId: string): number =>
  createHash('sha256').update(`${rolloutId}:${userId}`).digest().readUIntBE(0, 6) / 2 ** 48

export const isInCandidateArm = (rolloutId: string, userId: string, percent: number): boolean =>
  placeOf(rolloutId, userId) < percent / 100
