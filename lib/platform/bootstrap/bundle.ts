import path from 'node:path'
import { rolldown } from 'rolldown'
import { BUNDLES, bundleName, PROGRAMS } from './programs.mjs'

/**
 * Bundles each program into one JavaScript file, and shared code into further files, with source maps next to them.
 * Packages are not bundled (ADR 0255).
 * @param root folder of the clone
 * @param programs paths relative to the root
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
    // the extension is .mjs, because `.next` declares its files as CommonJS
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    cleanDir: true,
    // shared code gets files of its own, because importing the file of a program would run the program
    codeSplitting: { groups: [{ name: 'part', test: (id) => !own.has(id), entriesAware: true }] },
    sourcemap: true,
  })
  await bundled.close()
}

/**
 * Changes the relative paths in a source file, so that they are still correct in its bundle, which is in another
 * folder. The program of a thread is bundled too, so its path is changed to the bundle.
 */
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
  // the replacement does not change line numbers, so the source map stays valid
  return { code: found, map: null }
}

if (process.argv[1] === import.meta.filename) await bundle(path.resolve(import.meta.dirname, '../../..'))
