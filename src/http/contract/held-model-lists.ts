/** Lists of providers that were not believed, and an administrator's decision about them. */
import { z } from 'zod'
import { listDiffSchema } from './model-admin.ts'
import { byId, defineRoute, timestamp } from './route.ts'
import { statementSchema } from './statements.ts'

const tag = 'admin'

const heldSchema = z.object({
  id: z.string(),
  provider: z.string(),
  cause: z.enum(['empty', 'malformed', 'shrunk']),
  message: z.string(),
  statement: statementSchema,
  diff: listDiffSchema,
  state: z.enum(['open', 'applied', 'dismissed', 'superseded']),
  decidedBy: z.string().nullable(),
  decidedAt: timestamp.nullable(),
  createdAt: timestamp,
})
export const listHeldModelLists = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/held-model-lists',
  access: 'admin',
  tag,
  summary: 'Lists that were not believed and wait for a decision',
  query: z.object({ open: z.stringbool().default(true), limit: z.coerce.number().int().min(1).max(100).default(50) }),
  response: z.object({ items: z.array(heldSchema) }),
})
export const applyHeldModelList = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/held-model-lists/:id/apply',
  access: 'admin',
  tag,
  summary: 'Do what the held list says',
  params: byId,
  response: heldSchema,
})
export const dismissHeldModelList = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/held-model-lists/:id/dismiss',
  access: 'admin',
  tag,
  summary: 'Leave the catalog as it is',
  params: byId,
  response: heldSchema,
})
