import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'

/**
 * `npm run referee [-- --quick | --whole] [--out FOLDER] [--update]`: records all responses of Peerwatch about fixed
 * test data, and compares them with the hashes in lab/referee/digests. The option `--quick` runs the quick part, which
 * `npm test` includes. The option `--whole` runs the long part, which only `npm run test:all` includes. Without either
 * option, both parts run.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    whole: { type: 'boolean' },
    out: { type: 'string' },
    update: { type: 'boolean' },
  },
})
const root = path.resolve(import.meta.dirname, '..')
const forms = (['quick', 'whole'] as const).filter((form) => values[form] || (!values.quick && !values.whole))

for (const form of forms) {
  process.stdout.write(`the ${form} form, which takes ${form === 'quick' ? 'a minute' : 'some minutes'}\n`)
  const { status } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'db-referee', '--reporter', 'dot'],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        REFEREE_FORM: form,
        REFEREE_OUT: values.out ? path.resolve(values.out) : '',
        REFEREE_UPDATE: values.update ? '1' : '',
      },
    },
  )
  if (status !== 0) process.exitCode = 1
}
