import { spawnSync } from 'node:child_process'
import { expect, test } from '@playwright/test'

test('components are drawn as in the baseline', () => {
  const out = test.info().outputPath('gallery')
  // a separate process, because the gallery's bundler and this test runner can't share one
  const { stdout, stderr } = spawnSync(process.execPath, ['bin/run.mjs', 'gallery', '--components', `--out=${out}`], {
    encoding: 'utf8',
  })
  test.skip(stdout.includes('not compared'), stdout)
  expect(stdout + stderr).toContain('all as in the baseline')
})
