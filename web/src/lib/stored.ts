// What this browser remembers for one reader: choices of columns and places on the map, never data of the plant.

/** Reads a remembered choice; `otherwise` when there is none or it cannot be read. */
export function recall<T>(name: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(`yagura.${name}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

/** Remembers a choice; without room or right to store it the choice holds for this visit only. */
export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(`yagura.${name}`, JSON.stringify(value));
  } catch {
    // Nothing is lost but a convenience.
  }
}
