import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.ts', 'public', 'tests/output'] },
  js.configs.recommended,
  tseslint.configs.strict,
  hooks.configs.flat['recommended-latest'],
  {
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, varsIgnorePattern: '^_' }],
      'max-lines': ['error', 300],
      'no-undef': 'off',
      // TanStack Virtual hands out functions that must not be memoised; the compiler is not used.
      'react-hooks/incompatible-library': 'off',
      // Only the generated client speaks to the server, and one module listens to it.
      'no-restricted-globals': ['error', 'fetch', 'EventSource', 'XMLHttpRequest', 'WebSocket'],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
);
