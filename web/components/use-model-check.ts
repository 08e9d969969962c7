/** Whether a chosen model can be used now: asked on choice, and once more before the work is given away. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ModelValidationAnswer } from '../../src/http/contract/validate-model.ts'
import { modelCheckQuery } from '../queries.ts'
import { isAutomatic } from './model-options.ts'

/** An automatic choice picks among those that answer: there is nothing to check. */
export const needsCheck = (ref: string): boolean => !isAutomatic(ref) && ref.includes('/')

export const useModelCheck = (ref: string) => useQuery({ ...modelCheckQuery(ref), enabled: needsCheck(ref) })

/**
 * The check at submit. Null: go on. A server that cannot tell does not stop anybody: the request itself is checked
 * again there, and has fallbacks.
 */
export const useCheckAtSubmit = (): ((ref: string) => Promise<ModelValidationAnswer | null>) => {
  const client = useQueryClient()
  return async (ref) => {
    if (!needsCheck(ref)) return null
    const answer = await client.query({ ...modelCheckQuery(ref, true), staleTime: 0 }).catch(() => null)
    return answer?.available === false ? answer : null
  }
}
