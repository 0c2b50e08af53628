/**
 * Exports of this folder. It records Azure's responses in a file without private data, and serves such a file like
 * Azure.
 */
export { readRecording, RecordingError } from './file.ts'
export { KEEPABLE_DATA_KINDS, parseKeptDataKinds } from './recording-format.ts'
export { importCommandOutputs } from './import/import-outputs.ts'
export { ImportError } from './import/saved-output.ts'
export { pollEstate } from './poll-estate.ts'
export { type HttpExchangeRecorder, createExchangeRecorder } from './recorder.ts'
export { serveRecording } from './replay/server.ts'
export { hasAzureWordsOnly } from './scrub/vocabulary.ts'
