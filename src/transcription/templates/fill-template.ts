/** Prompts with variables like `{{title}}`: what they use, what is wrong with them, and filled in. Pure. */
import type { TextKind } from '../types.ts'
import { readReason, sayReason, type Reason } from '../../reasons.ts'

export const templateVariables = [
  'title',
  'file_name',
  'language',
  'target_language',
  'duration',
  'speakers',
  'date',
] as const
export type TemplateVariable = (typeof templateVariables)[number]
export type TemplateValues = Readonly<Record<TemplateVariable, string>>

export interface TemplateProblem {
  readonly message: string
  /** The same as data. */
  readonly because: Reason | null
  /** Place in the prompt, in UTF-16 units. */
  readonly at: number
  readonly length: number
}

const MARK = /\{\{([^{}]*)\}\}/gu
const BRACES = /\{\{|\}\}/gu

const isVariable = (name: string): name is TemplateVariable => (templateVariables as readonly string[]).includes(name)

const nameIn = (inside: string): string => inside.trim().toLowerCase()

/** The variables that a prompt uses, each once, in their order. */
export const variablesOf = (prompt: string): TemplateVariable[] => [
  ...new Set(Array.from(prompt.matchAll(MARK), ([, inside = '']) => nameIn(inside)).filter(isVariable)),
]

const problem = (match: RegExpExecArray, message: string): TemplateProblem => ({
  message,
  because: readReason(message),
  at: match.index,
  length: match[0].length,
})

const unknownVariables = (prompt: string): TemplateProblem[] =>
  Array.from(prompt.matchAll(MARK)).flatMap((match) => {
    const [whole, inside = ''] = match
    if (isVariable(nameIn(inside))) return []
    const known = templateVariables.map((name) => `{{${name}}}`).join(', ')
    return [problem(match, sayReason('no-variable', { name: whole, list: known }))]
  })

/** Braces that belong to no variable: they would be sent as they are. */
const strayBraces = (prompt: string): TemplateProblem[] => {
  const blanked = prompt.replace(MARK, (whole) => ' '.repeat(whole.length))
  return Array.from(blanked.matchAll(BRACES), (match) =>
    problem(match, sayReason('no-counterpart', { name: match[0] })),
  )
}

/** Nothing else fits: only a translation has a language to go to. */
const misplaced = (prompt: string, kind: TextKind): TemplateProblem[] =>
  kind === 'translation'
    ? []
    : Array.from(prompt.matchAll(/\{\{\s*target_language\s*\}\}/giu), (match) =>
        problem(match, sayReason('only-translations', { name: match[0] })),
      )

/** In the order of their places. */
export const templateProblems = (prompt: string, kind: TextKind): TemplateProblem[] =>
  [...unknownVariables(prompt), ...strayBraces(prompt), ...misplaced(prompt, kind)].sort((a, b) => a.at - b.at)

/** What isn't a variable stays as it is. */
export const fillTemplate = (prompt: string, values: TemplateValues): string =>
  prompt.replace(MARK, (whole, inside: string) => {
    const name = nameIn(inside)
    return isVariable(name) ? values[name] : whole
  })
