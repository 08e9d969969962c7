/** The rule for files' and folders' names: kebab-case, and never a name that could hold anything. */
import { relative, resolve, sep } from 'node:path'

const root = resolve(import.meta.dirname, '..', '..')
const EMPTY_NAMES = /^(utils?|helpers?|misc|common|shared)$/
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/

export const names = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      empty: '“{{name}}” says nothing about what is inside. Name it for what it does.',
      kebab: '“{{name}}” is not in kebab-case.',
    },
  },
  create: (context) => ({
    Program(node) {
      for (const part of relative(root, context.filename).split(sep)) {
        // A leading dot, and what follows the first dot, are conventions of tools: .ci, x.test.ts, x.store.ts.
        const name = part.replace(/^\./, '').split('.')[0] ?? ''
        if (EMPTY_NAMES.test(name)) context.report({ node, messageId: 'empty', data: { name } })
        else if (!KEBAB.test(name)) context.report({ node, messageId: 'kebab', data: { name } })
      }
    },
  }),
}
