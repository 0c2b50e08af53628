/**
 * Lists pictures in the documents that are older than the page that they show. The check never fails, because a picture
 * needs a browser and a running product, and many changes of a page are too small to see.
 */
import path from 'node:path'
import { listStalePictures, DOCUMENT_PICTURES_FOLDER } from './docs/pictures.ts'

for (const { file, page } of listStalePictures(path.join(import.meta.dirname, '..')))
  process.stdout.write(
    `${DOCUMENT_PICTURES_FOLDER}/${file} is older than its page ${page}: npm run gallery -- --documents\n`,
  )
