import type { RunObserver } from "../execution/observer.ts";

/**
 * Makes one observer of several, which are called in the given order. Undefined observers and
 * missing hooks cost nothing when an event happens.
 */
export function combineObservers(...given: readonly (RunObserver | undefined)[]): Required<RunObserver> {
  const observers = given.filter((observer) => observer !== undefined);
  // All hooks by name, so that a new hook of RunObserver does not compile until it is added here.
  return {
    onStart: tellAll(observers.map((observer) => observer.onStart?.bind(observer))),
    onPhase: tellAll(observers.map((observer) => observer.onPhase?.bind(observer))),
    onRow: tellAll(observers.map((observer) => observer.onRow?.bind(observer))),
    onPaid: tellAll(observers.map((observer) => observer.onPaid?.bind(observer))),
    onCallFailed: tellAll(observers.map((observer) => observer.onCallFailed?.bind(observer))),
    onLoad: tellAll(observers.map((observer) => observer.onLoad?.bind(observer))),
    onCalibrating: tellAll(observers.map((observer) => observer.onCalibrating?.bind(observer))),
    onCalibrated: tellAll(observers.map((observer) => observer.onCalibrated?.bind(observer))),
    onNotice: tellAll(observers.map((observer) => observer.onNotice?.bind(observer))),
    onFound: tellAll(observers.map((observer) => observer.onFound?.bind(observer))),
    onDownload: tellAll(observers.map((observer) => observer.onDownload?.bind(observer))),
  };
}

function tellAll<Event>(hooks: readonly (((event: Event) => void) | undefined)[]): (event: Event) => void {
  const present = hooks.filter((hook) => hook !== undefined);
  const [only] = present;
  if (only !== undefined && present.length === 1) return only;
  return (event) => {
    for (const hook of present) hook(event);
  };
}
