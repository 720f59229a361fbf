import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: '../.cache/reports/vitest.json' }]],
    include: ['test/**/*.test.ts'],
    // Style sheets are read as text by the tests of the built files.
    css: true,
    // A listener or timer left behind must not reach the next test.
    restoreMocks: true,
    unstubGlobals: true,
  },
})
