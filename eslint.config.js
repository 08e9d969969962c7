import { importX } from 'eslint-plugin-import-x'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'
import { arrows } from './scripts/lint/arrows.js'
import { names } from './scripts/lint/names.js'

const SOURCES = ['**/*.{ts,tsx}']
const OWN_RULES = { plugins: { own: { rules: { arrows, names } } } }

/** Rules whose reason is written where they are switched. */
const typed = {
  files: SOURCES,
  extends: [tseslint.configs.strictTypeChecked],
  languageOptions: {
    parserOptions: { project: ['./tsconfig.json', './web/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
  },
  rules: {
    '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    '@typescript-eslint/no-floating-promises': 'error',
    // Numbers and booleans in a text are what templates are for.
    '@typescript-eslint/restrict-template-expressions': [
      'error',
      { allowNumber: true, allowBoolean: true, allowNullish: true },
    ],
    // `() => void doIt()` is the short way to start something on purpose without its result.
    '@typescript-eslint/no-confusing-void-expression': 'off',
    '@typescript-eslint/no-meaningless-void-operator': 'off',
    // An interface's promise is kept by functions that have nothing to wait for.
    '@typescript-eslint/require-await': 'off',
    // Generic parameters used once give names to shapes in our factories.
    '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    // Our factories' methods do not use `this`.
    '@typescript-eslint/unbound-method': 'off',
    // Spreading a text into its code points is what is meant.
    '@typescript-eslint/no-misused-spread': 'off',
    // Index signatures are read by index on purpose (noPropertyAccessFromIndexSignature's style).
    '@typescript-eslint/dot-notation': 'off',
    // What comes from outside is often less certain than its type; a check too many is cheap.
    '@typescript-eslint/no-unnecessary-condition': 'off',
    '@typescript-eslint/no-unused-vars': [
      'error',
      { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
    ],
    '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
    'no-console': ['error', { allow: ['error', 'warn'] }],
    'max-lines': ['error', { max: 400 }],
    // `== null` asks for null and undefined at once.
    eqeqeq: ['error', 'always', { null: 'ignore' }],
  },
}

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'data/', 'coverage/', 'weights/', 'test/fixtures/', '.cache/'] },
  typed,
  {
    files: SOURCES,
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.tsx'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: { 'import-x/no-cycle': ['error', { ignoreExternal: true }], 'import-x/no-self-import': 'error' },
  },
  {
    ...OWN_RULES,
    files: ['**/*.{ts,tsx,js,mjs}'],
    rules: { 'own/arrows': 'error', 'own/names': 'error' },
  },
  {
    // Settings have one reader, so that all are checked and documented.
    files: ['src/**/*.ts'],
    ignores: ['src/config.ts', '**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only src/config.ts reads the environment; take the value as a dependency.',
        },
      ],
    },
  },
  // One table, one row a code.
  { files: ['src/errors.ts'], rules: { 'max-lines': 'off' } },
  {
    files: ['web/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    // Tests lie about types on purpose, to see what happens; commands and benches print.
    files: ['**/*.test.{ts,tsx}', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['bench/**/*.ts', 'scripts/**/*.{ts,mjs}', 'bin/**', 'src/cli/**/*.ts', 'simulator/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
)
