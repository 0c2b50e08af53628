/** What Azure answered, kept in one file without what belongs to somebody, and served again as an Azure. */
export { readRecording, RecordingError } from './file.ts'
export { KEEPABLE, readKept } from './form.ts'
export { importOutputs } from './import/import-outputs.ts'
export { ImportError } from './import/saved-output.ts'
export { pollEstate } from './poll-estate.ts'
export { type EstateRecorder, recordTo } from './recorder.ts'
export { serveRecording } from './replay/server.ts'
export { hasAzureWordsOnly } from './scrub/vocabulary.ts'
