import { defineConfig } from 'eslint/config'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'
import { layersRule } from './eslint/layers.js'

const typed = ['**/*.{ts,tsx}']
const product = [
  'src-main/**/*.{ts,tsx}',
  'src-hub/**/*.{ts,tsx}',
  'src-renderer/**/*.{ts,tsx}',
  'drivers/**/*.{ts,tsx}',
]
/** Programs people start: they own the terminal and the exit code. */
const programs = [
  'src-main/cli/**',
  'src-main/shell/**',
  'src-hub/cli/**',
  'src-hub/main.ts',
  'drivers/isolation/child.ts',
]

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: one thing has one name everywhere. (Tool configurations are the exception.)',
}
const noBlindAssertion = {
  selector: 'TSNonNullExpression:not([expression.type="MemberExpression"][expression.computed=true])',
  message:
    'Only an index just proven in range (`bytes[i]!`) may be asserted. Handle the missing case, or prove it.',
}
const noClockInDomain = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'The domain does not read a clock. Take a Moment or a time in ms as an argument.',
}
const clockMessage = 'The domain does not read a clock. Take a Moment or a time in ms as an argument.'
const chanceMessage =
  'The domain does not throw dice. Take the random value as an argument (RandomPort outside).'
const exitMessage =
  'Only a program ends the process. Return a Result or throw a Failure; the command chooses the exit code.'

export default defineConfig(
  {
    ignores: ['node_modules/', 'out/', 'data/', 'models/packs/', 'tests/.cache/', 'tests/.output/'],
  },
  {
    plugins: { facelane: { rules: { layers: layersRule } } },
    rules: { 'facelane/layers': 'error' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: typed,
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Amounts and counters read well in a template; anything else must be turned into text on purpose.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `onClick={() => setOpen(true)}` and an early `return reject(failure)` read well and hide nothing.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Its flow analysis does not see what a callback assigned meanwhile, and devices and processes are callbacks.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Interfaces are written in method shorthand; objects made by functions have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // There are no enums: the compiler refuses them (`erasableSyntaxOnly`), and looking for them costs seconds.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-mixed-enums': 'off',
      // An abort reason is passed on as it came.
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      // An implementer of a port answers with a promise whether or not it has to wait.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false, arguments: false } },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Pixels and protocol bytes are read by index; `noBlindAssertion` below keeps `!` to just that.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Every union is answered on purpose; `default: return unreachable(x)` is welcome.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
      ],
      'max-lines': ['error', { max: 450 }],
    },
  },
  {
    files: product,
    rules: {
      'no-console': ['error', {}],
      'no-restricted-syntax': ['error', noDefaultExport, noBlindAssertion],
      'no-restricted-properties': ['error', { object: 'process', property: 'exit', message: exitMessage }],
    },
  },
  {
    files: programs,
    rules: { 'no-console': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['src-main/domain/**/*.ts', 'src-main/contract/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport, noBlindAssertion, noClockInDomain],
      'no-restricted-globals': [
        'error',
        { name: 'performance', message: clockMessage },
        { name: 'crypto', message: chanceMessage },
        { name: 'process', message: 'The domain knows no process. Take the value as an argument.' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: clockMessage },
        { object: 'Math', property: 'random', message: chanceMessage },
      ],
    },
  },
  {
    files: ['src-renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    files: ['tests/**/*.{ts,tsx}'],
    rules: {
      // A test asserts on parsed JSON as it came over the wire: a wrong guess about its shape is a failed test.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
  {
    files: ['**/*.config.{ts,js}'],
    rules: { 'no-restricted-syntax': 'off' },
  },
)
