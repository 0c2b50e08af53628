/** Text below a form with the result of the last attempt to submit it; a failure is announced as an alert. */
export function AttemptText({ words }: { words: { text: string; isFault: boolean } | null }) {
  return (
    <p
      role={words?.isFault ? 'alert' : 'status'}
      className={`text-xs break-words empty:hidden ${words?.isFault ? 'font-medium text-down' : 'text-ink-2'}`}
    >
      {words?.text}
    </p>
  )
}
