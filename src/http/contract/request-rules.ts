/** What becomes of each parameter of a request at one model. */
import { z } from 'zod'
import { byModel, modelOperations } from './model-admin.ts'
import { defineRoute } from './route.ts'

const owner = z.enum(['format', 'provider', 'model', 'learned'])
const operation = z.enum(modelOperations)
/** Dotted from the root of what is sent; null: it is no longer sent. */
const sentField = z.object({ name: z.string(), value: z.unknown() })

export const parameterRuleSchema = z.object({
  operation,
  parameter: z.string(),
  /** The value that was tried. */
  given: z.unknown(),
  /** What else has to be given for this to hold. */
  beside: z.string().nullable(),
  fate: z.enum(['sent', 'renamed', 'mapped', 'capped', 'dropped', 'refused']),
  sent: z.array(sentField),
  /** Whose rule it is: the wire format's, the provider's, the model's data, or one learned from a refusal. */
  owner,
  /** What the caller is told. */
  notes: z.array(z.string()),
})
export type ParameterRuleView = z.infer<typeof parameterRuleSchema>

export const getRequestRules = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/models/:provider/:key/request-rules',
  access: 'admin',
  tag: 'admin',
  summary: 'What becomes of each parameter of a request to this model, and whose rule that is',
  params: byModel,
  response: z.object({
    /** Answers inside this process: nothing is sent. */
    builtIn: z.boolean(),
    parameters: z.array(parameterRuleSchema),
    /** Sent though nobody asked for it. */
    fixed: z.array(sentField.extend({ operation, owner })),
  }),
})
