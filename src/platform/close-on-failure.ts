/** Runs `open`. If it throws, closes `below` first, then rethrows. */
export async function closeOnFailure<T>(below: { close(): Promise<void> }, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await below.close();
    throw error;
  }
}
