import path from 'node:path'
import { rolldown } from 'rolldown'
import { BUNDLES, bundleName, PROGRAMS } from './programs.mjs'

/**
 * Makes one file of JavaScript of each program, and one of what several share, with source maps beside them. Packages stay where they are (ADR 0255).
 * @param root the clone
 * @param programs below it
 */
export async function bundle(root: string, programs: readonly string[] = PROGRAMS): Promise<void> {
  const own = new Set(programs.map((program) => path.join(root, program)))
  const bundled = await rolldown({
    cwd: root,
    input: Object.fromEntries(programs.map((program) => [bundleName(program), program])),
    platform: 'node',
    external: (id) => !/^[.#/]/.test(id),
    plugins: [{ name: 'places', transform: (code, id) => placed(code, id, { root, programs }) }],
  })
  await bundled.write({
    dir: path.join(root, BUNDLES),
    // `.next` says of itself that it holds CommonJS
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    cleanDir: true,
    // what others may import stands in no program's own file: that one runs by being imported
    codeSplitting: { groups: [{ name: 'part', test: (id) => !own.has(id), entriesAware: true }] },
    sourcemap: true,
  })
  await bundled.close()
}

/** What a source file finds from where it is, its bundle finds too: a thread is a bundle beside it, everything else is where it was. */
function placed(code: string, file: string, { root, programs }: { root: string; programs: readonly string[] }) {
  if (!code.includes('import.meta.')) return null
  const folder = path.dirname(file)
  const fromBundles = (target: string) => path.relative(path.join(root, BUNDLES), target)
  const found = code
    .replaceAll(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (_, target: string) => {
      const isThread = programs.includes(path.relative(root, path.join(folder, target)))
      const bundled = isThread ? `./${bundleName(target)}.mjs` : fromBundles(path.join(folder, target))
      return `new URL('${bundled}', import.meta.url)`
    })
    .replaceAll('import.meta.dirname', `\`\${import.meta.dirname}/${fromBundles(folder)}\``)
  // lines are as they were
  return { code: found, map: null }
}

if (process.argv[1] === import.meta.filename) await bundle(path.resolve(import.meta.dirname, '../../..'))
