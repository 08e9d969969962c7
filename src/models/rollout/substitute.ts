/** Who is answered by which model: the rollouts in effect, held in memory for the gateway. */
import { sayReason } from '../../reasons.ts'
import type { Substitution } from '../../gateway/index.ts'
import { isInCandidateArm } from './assignment.ts'
import { LABELS } from './measuring.ts'
import type { RolloutsStore, StoredRollout } from './rollouts.store.ts'

export const createSubstitute = (store: Pick<RolloutsStore, 'inEffect'>) => {
  let inEffect = new Map<string, StoredRollout>()

  const substitute: Substitution = ({ provider, key }, labels) => {
    const rollout = inEffect.get(`${provider}/${key}`)
    if (rollout === undefined) return null
    const { id, candidate, control, percent, stage } = rollout
    const userId = labels['userId']
    const reason = sayReason('rollout', { candidate, percent, control })
    // At 100 % there is nobody left to compare with.
    if (percent >= 100) return { candidate, takesPart: true, reason, labels: {} }
    if (userId === undefined) return null
    const takesPart = isInCandidateArm(id, userId, percent)
    return {
      candidate,
      takesPart,
      reason,
      labels: {
        [LABELS.rollout]: id,
        [LABELS.arm]: takesPart ? 'candidate' : 'control',
        [LABELS.stage]: String(stage),
        [LABELS.model]: takesPart ? candidate : control,
      },
    }
  }
  return {
    substitute,
    async load(): Promise<void> {
      inEffect = new Map((await store.inEffect()).map((one) => [one.control, one]))
    },
  }
}
