import { createContext, useContext } from 'react'
import type { Me } from '../../src/http/contract/accounts.ts'

export const MeContext = createContext<Me | null>(null)

/** The signed-in user; only for what stands within RequireUser. */
export const useMe = (): Me => {
  const me = useContext(MeContext)
  if (me === null) throw new Error('Nobody is signed in here')
  return me
}
