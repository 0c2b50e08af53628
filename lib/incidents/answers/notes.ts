import { type EpochMs, WHOLE_ESTATE } from '#lib/contract/index.ts'
import { getReaderVisibility } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  getActorName,
  announceStreamChange,
  type ReadableDatabase,
  buildAgeWithoutPolls,
  InvalidRequestError,
  NotFoundError,
  getSqlExecutor,
  resolveEventResourceId,
  WholeDeploymentError,
} from '#lib/questions/index.ts'
import type {
  NewNoteBody,
  UserNote,
  NoteBody,
  NotesParameters,
  IncidentsEndpointResponse,
  IncidentsCommandResult,
} from '../api/index.ts'
import { addNote, updateNote, findNote, listNotes, removeNote } from '../store/index.ts'

/**
 * Returns at most 1,000 notes that overlap the requested time, latest begin first. For a requested resource, notes
 * about the whole estate are included.
 */
export async function getNotes(
  db: ReadableDatabase,
  { scope, from, to }: NotesParameters,
): Promise<IncidentsEndpointResponse<'notes'>> {
  const now = getDatabaseNow()
  const q = getSqlExecutor(db)
  const asked = scope && (await Promise.all(scope.map((one) => resolveEventResourceId(q, one))))
  const scopes = asked && [...asked.filter((one) => one !== undefined), WHOLE_ESTATE]
  return { data: await listNotes(q, { scopes, from, to }), ...buildAgeWithoutPolls(now) }
}

/**
 * Adds a note, and notifies every open page.
 * @throws NotFoundError if no resource has the ID of the scope
 * @throws InvalidRequestError if the time of the note is in the future
 */
export async function writeNote(
  db: Database,
  { scope: asked, subject = null, ...body }: NewNoteBody,
): Promise<IncidentsCommandResult<'writeNote'>> {
  const now = getDatabaseNow()
  const scope = (await resolveEventResourceId(db.pool, asked)) as string
  const id = await addNote(db.pool, { scope, subject, ...signed(body, now) })
  return announced(db, await readNote(db, id), now)
}

/**
 * Changes the time and text of a note.
 * @throws NotFoundError
 * @throws InvalidRequestError if the time of the note is in the future
 */
export async function changeNote(
  db: Database,
  id: string,
  body: NoteBody,
): Promise<IncidentsCommandResult<'rewriteNote'>> {
  const now = getDatabaseNow()
  await readNote(db, id)
  await updateNote(db.pool, id, signed(body, now))
  return announced(db, await readNote(db, id), now)
}

/**
 * Removes a note.
 * @throws NotFoundError
 */
export async function deleteNote(db: Database, id: string): Promise<IncidentsCommandResult<'deleteNote'>> {
  const now = getDatabaseNow()
  const gone = await readNote(db, id)
  await removeNote(db.pool, id)
  return announced(db, gone, now)
}

/**
 * Returns the note with this ID.
 * @throws NotFoundError if it does not exist or the caller may not see it
 */
export async function readNote(db: ReadableDatabase, id: string): Promise<UserNote> {
  const found = await findNote(getSqlExecutor(db), id)
  if (found) return found
  throw new NotFoundError(`there is no note ${JSON.stringify(id)}: take an id from /api/v1/notes`)
}

/**
 * Checks that a caller with limited access may write a note about a resource. A note about the whole estate or a shared
 * resource would also concern other customers.
 * @throws NotFoundError if the resource is unknown or hidden
 * @throws WholeDeploymentError if the note would also concern other customers
 */
export async function assertResourceVisible(reader: ReadableDatabase, scope: string): Promise<void> {
  const q = getSqlExecutor(reader)
  const visible = getReaderVisibility(q)
  const id = await resolveEventResourceId(q, scope)
  if (visible && !visible.shortIds.includes(id as string)) throw new WholeDeploymentError()
}

function signed({ from, to = null, text }: NoteBody, at: EpochMs) {
  if (Date.parse(to ?? from) > at)
    throw new InvalidRequestError(
      `${to === null ? 'from' : 'to'}: it lies in the future; announce what is to come as maintenance`,
    )
  return { from, to, text, by: getActorName(), at }
}

async function announced(db: Database, data: UserNote, now: EpochMs): Promise<{ data: UserNote }> {
  await announceStreamChange(db.pool, ['declarations'], now)
  return { data }
}
