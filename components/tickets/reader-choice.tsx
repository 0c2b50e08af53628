import { Choice } from '../ui/choice.tsx'
import { type TicketReader, ticketReaders } from './ticket-text.ts'

const readerWords: Record<TicketReader, string> = { provider: 'For the provider', microsoft: 'For Microsoft' }

/** For whom a ticket is. */
export const ReaderChoice = ({
  reader,
  onChange,
}: {
  reader: TicketReader
  onChange: (reader: TicketReader) => void
}) => <Choice label="Reader" options={ticketReaders} words={readerWords} value={reader} onChange={onChange} />
