/** `state` of the problem of the collector if all polls stopped together, so that the worker and not Azure is the cause. */
export const STOPPED_POLLS_STATE = 'stopped'

/** Next step if all polls stopped together and no open incident names another cause. */
export const STOPPED_POLLS_NEXT_STEP =
  'Restart the worker (service peerwatch-worker, container worker or npm start), and read its log.'

/** Form of {@link STOPPED_POLLS_NEXT_STEP} for a tile of the wall without space for it. */
export const STOPPED_POLLS_BRIEF_STEP = 'Restart the worker'
