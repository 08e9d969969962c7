/** A user as the contract shows one to that user. */
import type { User } from '../accounts/user.ts'
import { preferencesSchema, type Me } from './contract/accounts.ts'

/** Stored preferences that no longer fit are left out one by one, so an old value never locks anyone out. */
export const toMe = ({ id, email, name, role, preferences }: User & { preferences: Record<string, unknown> }): Me => {
  const fitting = Object.entries(preferences).filter(
    ([key, value]) => preferencesSchema.partial().safeParse({ [key]: value }).success,
  )
  const known = preferencesSchema.partial().parse(Object.fromEntries(fitting))
  return {
    id,
    email,
    name,
    role,
    preferences: { ...known, locale: known.locale ?? 'en', theme: known.theme ?? 'auto' },
  }
}
