import type { User } from '../accounts/user.ts'
import type { Actor } from '../models/sync/model-changes.store.ts'

/** An administrator as a model's history names one. */
export const actorOf = ({ id, email }: User): Actor => ({ kind: 'admin', id, name: email })
