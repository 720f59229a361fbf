import { defineConfig } from '@playwright/test'

// One worker: the tests share one Jupyter server, and two cores are all that a small machine has.
export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  timeout: 90_000,
  forbidOnly: true,
  retries: 0,
  reporter: [['list'], ['json', { outputFile: '../.cache/reports/playwright.json' }]],
  outputDir: '../.cache/e2e',
  projects: [
    { name: 'tests', testMatch: '*.spec.ts' },
    { name: 'bench', testMatch: '*.bench.ts' },
  ],
})
