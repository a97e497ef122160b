/* The words of a thread's slot in shared memory. */

/** Counts the jobs given to the thread; it wakes when this changes. */
export const TICKET = 0;
/** The ticket of the last job the thread finished. */
export const DONE = 1;
/** 1 once the thread runs. */
export const READY = 2;
/** 1 while the thread sleeps and has to be notified. */
export const SLEEPING = 3;
/** Which kernel to run, as an index into the list of names. */
export const KERNEL = 4;
/** 0 for float32, 1 for float64. */
export const DTYPE = 5;

/** 1 if the last job ended in an error. */
export const FAILED = 6;

/** How often a thread looks before it goes to sleep: about a hundred microseconds, longer than the gap between two kernels of a step. */
export const SPINS = 20_000;
