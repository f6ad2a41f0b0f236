import { useState } from "preact/hooks";

const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
const key = "sysgen-theme";

function stored(): Theme {
  const text = localStorage.getItem(key);
  return themes.find((theme) => theme === text) ?? "system";
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

// Applied before the page is drawn for the first time.
apply(stored());

/**
 * The theme, and a function that changes to the next one. `system` follows the system's setting.
 * The browser keeps the choice in its local storage.
 */
export function useTheme(): { theme: Theme; next: () => void } {
  const [theme, setTheme] = useState(stored);
  return {
    theme,
    next() {
      const chosen = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
      if (chosen === "system") localStorage.removeItem(key);
      else localStorage.setItem(key, chosen);
      apply(chosen);
      setTheme(chosen);
    },
  };
}
