import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { documentPictures, hashPictureSources, listStalePictures, storePictureSourcesHash } from './pictures.ts'

const root = mkdtempSync(path.join(tmpdir(), 'pictures-'))
const picture = { file: 'home.webp', page: '/', width: 1440, height: 900, sources: ['page/*.tsx'] }
const write = (file: string, text: string) => writeFileSync(path.join(root, file), text)
mkdirSync(path.join(root, 'page'))
mkdirSync(path.join(root, 'docs/screens'), { recursive: true })
afterAll(() => rmSync(root, { recursive: true }))

it('a picture is older than its page from the first change of what the page shows', () => {
  write('page/a.tsx', 'export const A = 1')
  expect(listStalePictures(root, [picture])).toEqual([picture])
  storePictureSourcesHash(picture, root)
  expect(listStalePictures(root, [picture])).toEqual([])
  write('page/a.tsx', '/** A comment. */\nexport const A =\n  1 // old\n')
  write('page/a.test.tsx', 'test')
  expect(listStalePictures(root, [picture])).toEqual([picture])
  write('page/a.tsx', '/** A comment. */\nexport const A =\n  1\n')
  expect(listStalePictures(root, [picture])).toEqual([])
  write('page/b.tsx', 'export const B = 1')
  expect(listStalePictures(root, [picture])).toEqual([picture])
})

it('each picture has sources', () => {
  const [home] = documentPictures
  const none = hashPictureSources({ sources: [] }, process.cwd())
  expect(home && hashPictureSources(home, process.cwd())).not.toBe(none)
})
