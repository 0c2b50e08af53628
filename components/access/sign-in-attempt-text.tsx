/** Result text below a form after the user submitted it. Screen readers announce a failure immediately. */
export function SignInAttemptText({ words }: { words: { text: string; isFault: boolean } | null }) {
  return (
    <p
      role={words?.isFault ? 'alert' : 'status'}
      className={`text-xs break-words empty:hidden ${words?.isFault ? 'font-medium text-down' : 'text-ink-2'}`}
    >
      {words?.text}
    </p>
  )
}
