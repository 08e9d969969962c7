/** A user's own prompts for texts, with variables that are filled from the recording. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'
import { byId, defineRoute, identifier, timestamp } from './route.ts'

export const templateKinds = ['enhanced', 'summary', 'lecture_notes', 'translation'] as const
export const templateVariables = [
  'title',
  'file_name',
  'language',
  'target_language',
  'duration',
  'speakers',
  'date',
] as const

const template = z.object({
  name: z.string().trim().min(1).max(100),
  kind: z.enum(templateKinds),
  /** What the model is to do, e.g. `Write minutes of “{{title}}” with {{speakers}}.` The transcript is added by itself. */
  prompt: z.string().trim().min(1).max(8000),
})
export const templateSchema = template.extend({
  id: identifier,
  /** Those that the prompt uses. */
  variables: z.array(z.enum(templateVariables)),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export type Template = z.infer<typeof templateSchema>

/** Something in a prompt that can't be filled: an unknown variable or braces that don't close. */
export const templateProblemSchema = z.object({
  message: z.string(),
  /** `message` as data. */
  because: becauseSchema,
  /** Place in the prompt, in UTF-16 units. */
  at: z.int(),
  length: z.int(),
})
export type TemplateProblem = z.infer<typeof templateProblemSchema>

const tag = 'templates'
const path = '/api/v1/templates'

export const listTemplates = defineRoute({
  method: 'GET',
  path,
  access: 'user',
  tag,
  summary: 'Your templates by name, and the variables that a prompt can use',
  query: z.object({ kind: z.enum(templateKinds).optional() }),
  response: z.object({
    items: z.array(templateSchema),
    variables: z.array(z.object({ name: z.enum(templateVariables), description: z.string(), example: z.string() })),
  }),
})
export const createTemplate = defineRoute({
  method: 'POST',
  path,
  access: 'user',
  tag,
  summary: 'Keep a template; unknown variables are refused',
  body: template,
  response: templateSchema,
})
export const updateTemplate = defineRoute({
  method: 'PATCH',
  path: `${path}/:id`,
  access: 'user',
  tag,
  summary: 'Change a template; texts that were made with it stay as they are',
  params: byId,
  body: template.partial(),
  response: templateSchema,
})
export const deleteTemplate = defineRoute({
  method: 'DELETE',
  path: `${path}/:id`,
  access: 'user',
  tag,
  summary: 'Forget a template',
  params: byId,
})
/** Never refuses a prompt: what is wrong with it is told beside it, for an editor to mark. */
export const previewTemplate = defineRoute({
  method: 'POST',
  path: `${path}/preview`,
  access: 'user',
  tag,
  summary: 'A prompt with its variables filled from a recording, or from examples',
  body: z.object({
    kind: z.enum(templateKinds),
    prompt: z.string().max(8000),
    transcriptionId: identifier.optional(),
  }),
  response: z.object({
    /** Filled in. */
    prompt: z.string(),
    /** Everything that the model is told beside the transcript. */
    system: z.string(),
    problems: z.array(templateProblemSchema),
  }),
})
