/**
 * The rule that draws the arrows between the rooms: who may import whom, and which packages a room must not know.
 * Arrows go one way: lib ← errors ← gateway, speech, db, jobs ← domains ← http, cli ← app ← main.
 */
import { dirname, relative, resolve, sep } from 'node:path'

const root = resolve(import.meta.dirname, '..', '..')

const GROUND = ['lib', 'errors', 'statements', 'reasons']
const MIDDLE = ['gateway', 'speech', 'db', 'jobs']
const DOMAINS = ['models', 'credits', 'transcription', 'accounts']
const INSIDE = [...GROUND, ...MIDDLE, ...DOMAINS]

/** What each room may import besides itself. A room that is not here may import nothing of ours. */
const MAY_IMPORT = {
  lib: [],
  errors: ['lib'],
  statements: [],
  reasons: ['errors'],
  // The names of settings follow the list of providers, so that a new one is one line.
  config: [...GROUND, 'gateway'],
  gateway: GROUND,
  speech: GROUND,
  db: GROUND,
  jobs: [...GROUND, 'db'],
  ...Object.fromEntries(DOMAINS.map((domain) => [domain, INSIDE])),
  'http/contract': GROUND,
  http: [...INSIDE, 'http/contract'],
  app: [...INSIDE, 'http', 'http/contract', 'config'],
  cli: [...INSIDE, 'http/contract', 'app', 'config'],
  main: [...GROUND, 'app', 'config'],
  web: ['http/contract'],
  simulator: [],
}

/** Packages that only the named rooms may use; a type is no use. */
const PACKAGE_ROOMS = {
  fastify: ['http', 'app', 'simulator'],
  kysely: ['db', 'jobs', 'app', 'cli', 'http', ...DOMAINS],
  pg: ['db', 'jobs'],
  'pg-boss': ['jobs'],
  'better-auth': ['accounts'],
  'onnxruntime-node': ['speech'],
  commander: ['cli'],
}

const ADVICE = {
  arrow:
    '{{from}} may not import {{to}}: it would point an arrow the wrong way. Pass what you need in as a dependency.',
  package: '{{from}} may not use {{name}}; only {{rooms}} may.',
}

/** The room of a file, or undefined outside the rooms: tests, scripts, benches. */
const roomOf = (file) => {
  const parts = relative(root, file).split(sep)
  if (/\.test\.tsx?$/.test(file)) return undefined
  if (parts[0] === 'web' || parts[0] === 'simulator') return parts[0]
  if (parts[0] !== 'src') return undefined
  if (parts[1] === 'http' && parts[2] === 'contract') return 'http/contract'
  return parts[1].replace(/\.ts$/, '')
}

const packageOf = (source) =>
  source
    .split('/')
    .slice(0, source.startsWith('@') ? 2 : 1)
    .join('/')

const checkOwn = (context, node, from, source) => {
  const to = roomOf(resolve(dirname(context.filename), source))
  if (to === undefined || to === from || MAY_IMPORT[from]?.includes(to)) return
  context.report({ node, messageId: 'arrow', data: { from, to } })
}

const checkPackage = (context, node, from, source) => {
  const rooms = PACKAGE_ROOMS[packageOf(source)]
  if (rooms === undefined || rooms.includes(from) || node.importKind === 'type') return
  context.report({ node, messageId: 'package', data: { from, name: packageOf(source), rooms: rooms.join(', ') } })
}

export const arrows = {
  meta: { type: 'problem', schema: [], messages: ADVICE },
  create(context) {
    const from = roomOf(context.filename)
    if (from === undefined) return {}
    const check = (node) => {
      const source = node.source?.value
      if (typeof source !== 'string') return
      if (source.startsWith('.')) checkOwn(context, node, from, source)
      else checkPackage(context, node, from, source)
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    }
  },
}
