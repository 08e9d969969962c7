/** A user's templates: kept, changed, previewed; checked before they are kept. */
import { AppError } from '../../errors.ts'
import { isId } from '../../lib/ids.ts'
import { requireOwned } from '../reading.ts'
import { systemPromptOf } from '../prompts/system-prompt.ts'
import {
  countTemplates,
  deleteTemplate,
  findTemplate,
  insertTemplate,
  isNameTaken,
  listTemplates,
  updateTemplate,
  type StoredTemplate,
} from '../store/templates.store.ts'
import type { TextKind } from '../types.ts'
import type { Workshop } from '../work/work.ts'
import {
  fillTemplate,
  templateProblems,
  templateVariables,
  variablesOf,
  type TemplateProblem,
  type TemplateVariable,
} from './fill-template.ts'
import { exampleValues, templateValues, variableDescriptions } from './template-values.ts'

export type TemplateKind = Exclude<TextKind, 'raw' | 'cleaned'>

export interface Template {
  readonly id: string
  readonly name: string
  readonly kind: TemplateKind
  readonly prompt: string
  readonly variables: TemplateVariable[]
  readonly createdAt: string
  readonly updatedAt: string
}

type TemplateInput = Pick<Template, 'name' | 'kind' | 'prompt'>

export interface Templates {
  list(userId: string, kind?: TemplateKind): Promise<Template[]>
  /** `not-found` for a template that is not the user's. */
  get(userId: string, id: string): Promise<Template>
  /** `invalid-request` for a prompt that can't be filled; `conflict` for a name that is taken. */
  create(userId: string, input: TemplateInput): Promise<Template>
  update(
    userId: string,
    id: string,
    change: { readonly [Key in keyof TemplateInput]?: TemplateInput[Key] | undefined },
  ): Promise<Template>
  remove(userId: string, id: string): Promise<void>
  /** What a prompt can use. */
  variables(): { name: TemplateVariable; description: string; example: string }[]
  preview(
    userId: string,
    draft: Pick<TemplateInput, 'kind' | 'prompt'> & { readonly transcriptionId?: string | undefined },
  ): Promise<{ prompt: string; system: string; problems: TemplateProblem[] }>
}

/** Enough for anybody; a list of more is a program's mistake. */
const MOST_TEMPLATES = 200

const toTemplate = (row: StoredTemplate): Template => ({
  id: row.id,
  name: row.name,
  kind: row.kind as TemplateKind,
  prompt: row.prompt,
  variables: variablesOf(row.prompt),
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

const noSuchTemplate = (): AppError => new AppError('not-found', 'There is no such template')
const nameTaken = (name: string): AppError => new AppError('conflict', `There is a template “${name}” already`)

const check = ({ prompt, kind }: Pick<TemplateInput, 'kind' | 'prompt'>): void => {
  const problems = templateProblems(prompt, kind)
  if (problems.length === 0) return
  throw new AppError('invalid-request', problems[0]?.message ?? '', {
    details: { fields: problems.map(({ message }) => ({ path: 'prompt', message })), problems },
  })
}

export const createTemplates = (shop: Pick<Workshop, 'db' | 'clock' | 'newId'>): Templates => {
  const { db } = shop
  const find = async (userId: string, id: string): Promise<StoredTemplate> => {
    const row = isId(id) ? await findTemplate(db, userId, id) : undefined
    if (row === undefined) throw noSuchTemplate()
    return row
  }
  return {
    list: async (userId, kind) => (await listTemplates(db, userId, kind)).map(toTemplate),
    get: async (userId, id) => toTemplate(await find(userId, id)),
    async create(userId, input) {
      check(input)
      if ((await countTemplates(db, userId)) >= MOST_TEMPLATES) {
        throw new AppError('conflict', `There are ${MOST_TEMPLATES} templates already; delete one first`)
      }
      const now = new Date(shop.clock.now())
      const row = { ...input, id: shop.newId(), user_id: userId, created_at: now, updated_at: now }
      if (!(await insertTemplate(db, row))) throw nameTaken(input.name)
      return toTemplate(row)
    },
    async update(userId, id, { name, kind, prompt }) {
      const before = await find(userId, id)
      const row = {
        ...before,
        name: name ?? before.name,
        kind: kind ?? before.kind,
        prompt: prompt ?? before.prompt,
        updated_at: new Date(shop.clock.now()),
      }
      check({ kind: row.kind as TemplateKind, prompt: row.prompt })
      if (await isNameTaken(db, userId, row.name, id)) throw nameTaken(row.name)
      await updateTemplate(db, id, { name: row.name, kind: row.kind, prompt: row.prompt, updated_at: row.updated_at })
      return toTemplate(row)
    },
    async remove(userId, id) {
      if (!isId(id) || !(await deleteTemplate(db, userId, id))) throw noSuchTemplate()
    },
    variables: () =>
      templateVariables.map((name) => ({
        name,
        description: variableDescriptions[name],
        example: exampleValues[name],
      })),
    async preview(userId, { kind, prompt, transcriptionId }) {
      const row = transcriptionId === undefined ? null : await requireOwned(shop, userId, transcriptionId)
      const targetLanguage = kind === 'translation' ? 'tr' : null
      const values =
        row === null
          ? exampleValues
          : templateValues({
              title: row.title,
              fileName: row.file_name,
              language: row.language,
              targetLanguage,
              durationSecond: row.duration_second,
              speakers: row.speakers as Record<string, string>,
              createdAt: row.created_at,
            })
      const filled = fillTemplate(prompt, values)
      return {
        prompt: filled,
        system: systemPromptOf(kind, { language: row?.language ?? null, targetLanguage, task: filled }),
        problems: templateProblems(prompt, kind),
      }
    },
  }
}
