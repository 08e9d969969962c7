/** B6: models are named in the seed and nowhere else in the program. */
import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { seedModels } from '../../src/models/seed.ts'

const root = join(import.meta.dirname, '..', '..')

/** Names that are also words or parts of words: they say nothing without a provider before them. */
const isWord = (name: string): boolean => !/\d/.test(name)

const names = [
  ...new Set(seedModels.flatMap(({ provider, key, aliases }) => (provider === 'offline' ? [] : [key, ...aliases]))),
]
  .filter((name) => !isWord(name))
  .map((name) => name.toLowerCase())

/** The model itself, not a longer word that happens to hold its letters. */
const namesIn = (text: string): string[] => {
  const lower = text.toLowerCase()
  return names.filter((name) => {
    for (let at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1)) {
      const [before, after] = [lower.charAt(at - 1), lower.charAt(at + name.length)] as const
      if (!/[a-z0-9]/.test(before) && !/[a-z0-9]/.test(after)) return true
    }
    return false
  })
}

/** Comments may give an example; code may not decide by one. */
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '')

/** Data too: what families of models reject or count, and the catalog of the local speech models. */
const DATA = [
  'src/gateway/catalog/rules.ts',
  'src/gateway/catalog/rules-kinds.ts',
  'src/gateway/tokens/tokenizers.ts',
  'src/gateway/tokens/picture-families.ts',
  'src/speech/catalog.ts',
  'src/speech/pinned-files.ts',
]

const sources = globSync(['src/**/*.ts', 'web/**/*.{ts,tsx}', 'web/locales/*.json'], { cwd: root })
  .filter((path) => !/\.test\.tsx?$|^src[/\\]models[/\\]seed[/\\]|[/\\]testing[/\\]/.test(path))
  .filter((path) => !DATA.includes(path.replaceAll('\\', '/')))
  .map((path) => join(root, path))

test('the search sees a name where there is one', () => {
  expect(names.length).toBeGreaterThan(80)
  expect(namesIn("const model = 'gpt-4o'")).toContain('gpt-4o')
  expect(namesIn('choose openai/gpt-oss-120b now')).toContain('openai/gpt-oss-120b')
  expect(namesIn('the word gpt-4oops is none')).toEqual([])
  expect(sources.length).toBeGreaterThan(300)
})

test('no file but the seed names a model', () => {
  const found = sources.flatMap((path) =>
    namesIn(withoutComments(readFileSync(path, 'utf8'))).map((name) => `${relative(root, path)}: ${name}`),
  )
  expect(found).toEqual([])
})
