/** Pictures of screens in the documents, with a record of the sources that each picture shows. */
import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

interface DocumentPicture {
  /** name of the file in docs/screens */
  file: string
  /** path of the page */
  page: string
  width: number
  height: number
  /** patterns of the files that decide how the page looks; tests are left out */
  sources: readonly string[]
}

/** Sources of the frame around every page. */
const FRAME = [
  'app/globals.css',
  'components/shell/{places.ts,navigation.tsx,shell.tsx,data-freshness-link.tsx,section-tabs.tsx}',
]

export const documentPictures: readonly DocumentPicture[] = [
  {
    file: 'overview-1440-light.webp',
    page: '/',
    width: 1440,
    height: 1100,
    sources: [...FRAME, 'components/{overview,map}/*.{ts,tsx}'],
  },
]

export const DOCUMENT_PICTURES_FOLDER = 'docs/screens'
const RECORD = `${DOCUMENT_PICTURES_FOLDER}/pictures.json`

/**
 * Returns a hash of the sources of a picture. Comments and spaces do not count, because they do not change the page.
 * @param root folder of the repository
 */
export function hashPictureSources({ sources }: Pick<DocumentPicture, 'sources'>, root: string): string {
  const hash = createHash('sha256')
  const files = globSync(sources, { cwd: root }).filter((file) => !/\.test\.|(^|\/)testing/.test(file))
  for (const file of files.toSorted())
    hash.update(`${file}\0${removeComments(readFileSync(path.join(root, file), 'utf8'))}\0`)
  return hash.digest('hex').slice(0, 16)
}

const removeComments = (text: string) =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/\s+/g, '')

/** Records the hash of the current sources of a picture, after the picture was taken from them. */
export function storePictureSourcesHash(picture: DocumentPicture, root: string): void {
  const record = { ...readRecord(root), [picture.file]: hashPictureSources(picture, root) }
  writeFileSync(path.join(root, RECORD), `${JSON.stringify(record, null, 2)}\n`)
}

/**
 * Returns the pictures whose sources differ from the record, that is, pictures that are older than their page or were
 * not recorded.
 */
export function listStalePictures(root: string, pictures = documentPictures): DocumentPicture[] {
  const record = readRecord(root)
  return pictures.filter((picture) => record[picture.file] !== hashPictureSources(picture, root))
}

function readRecord(root: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path.join(root, RECORD), 'utf8'))
  } catch {
    return {}
  }
}
