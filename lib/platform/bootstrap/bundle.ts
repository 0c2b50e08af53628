import path from 'node:path'
import { rolldown } from 'rolldown'
import { BUNDLES_FOLDER, getBundleName, PROGRAMS } from './programs.mjs'

/**
 * Bundles each program into one JavaScript file, and shared code into further files, with source maps next to them.
 * Packages are not bundled (ADR 0255).
 * @param root folder of the clone
 * @param programs paths relative to the root
 */
export async function buildAllPrograms(root: string, programs: readonly string[] = PROGRAMS): Promise<void> {
  const own = new Set(programs.map((program) => path.join(root, program)))
  const bundled = await rolldown({
    cwd: root,
    input: Object.fromEntries(programs.map((program) => [getBundleName(program), program])),
    platform: 'node',
    external: (id) => !/^[.#/]/.test(id),
    plugins: [{ name: 'places', transform: (code, id) => placed(code, id, { root, programs }) }],
  })
  await bundled.write({
    dir: path.join(root, BUNDLES_FOLDER),
    // the extension is .mjs, because Next.js marks `.js` files in `.next` as CommonJS
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    cleanDir: true,
    // code that several programs share gets its own file. Otherwise it could be placed in the file of a program, and
    // importing that file would run the program
    codeSplitting: { groups: [{ name: 'part', test: (id) => !own.has(id), entriesAware: true }] },
    sourcemap: true,
  })
  await bundled.close()
}

/**
 * Changes the relative paths that a source file contains (`new URL('...', import.meta.url)`), because its bundle is in
 * another folder. If such a path leads to the program of a thread, it is changed to the bundle of that program.
 */
function placed(code: string, file: string, { root, programs }: { root: string; programs: readonly string[] }) {
  if (!code.includes('import.meta.')) return null
  const folder = path.dirname(file)
  const fromBundles = (target: string) => path.relative(path.join(root, BUNDLES_FOLDER), target)
  const found = code
    .replaceAll(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (_, target: string) => {
      const isThread = programs.includes(path.relative(root, path.join(folder, target)))
      const bundled = isThread ? `./${getBundleName(target)}.mjs` : fromBundles(path.join(folder, target))
      return `new URL('${bundled}', import.meta.url)`
    })
    .replaceAll('import.meta.dirname', `\`\${import.meta.dirname}/${fromBundles(folder)}\``)
  // the replacement does not change line numbers, so the source map stays valid
  return { code: found, map: null }
}

if (process.argv[1] === import.meta.filename) await buildAllPrograms(path.resolve(import.meta.dirname, '../../..'))
