import path from 'node:path'
import { isEntry } from './graph.ts'
import type { SourceFile } from './source.ts'

/** Lines by room: `lib/x`, `components/x`, and `app` and `bin` as a whole. */
export function linesByRoom(sources: readonly SourceFile[]): Map<string, number> {
  const rooms = new Map<string, number>()
  for (const { file, lines, isCore } of sources) {
    if (!isCore) continue
    const [first = '', second = ''] = file.split('/')
    const room = first === 'lib' || first === 'components' ? `${first}/${second}` : file.includes('/') ? first : 'app'
    rooms.set(room, (rooms.get(room) ?? 0) + lines)
  }
  return new Map([...rooms].toSorted((a, b) => b[1] - a[1]))
}

function filesByFolder(sources: readonly SourceFile[]): Map<string, string[]> {
  const folders = new Map<string, string[]>()
  for (const { file, isCore } of sources)
    if (isCore) folders.set(path.dirname(file), [...(folders.get(path.dirname(file)) ?? []), file])
  return folders
}

/** Folders of the product with more than `most` files of their own. */
export function flatFolders(sources: readonly SourceFile[], most: number): string[] {
  return [...filesByFolder(sources)]
    .filter(([, files]) => files.length > most)
    .map(([folder, files]) => `${folder}: ${files.length} files`)
}

/** Folders of one file and no folder, but those that Next asks for: a page's folder is its address. */
export function foldersOfOneFile(sources: readonly SourceFile[]): string[] {
  const folders = filesByFolder(sources)
  const hasFolder = (folder: string) => [...folders.keys()].some((other) => other.startsWith(`${folder}/`))
  return [...folders].flatMap(([folder, files]) =>
    files.length === 1 && !files.every(isEntry) && !hasFolder(folder) ? files : [],
  )
}
