/** Whether an entry of the Activity Log reports a change that came about, or was acknowledged. */
export const isChangeMade = ({ operation, status }: { operation: string; status: string }): boolean =>
  /\/(write|delete|action)$/i.test(operation) && /^(succeeded|accepted)$/i.test(status)
