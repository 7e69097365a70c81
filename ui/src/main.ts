// Starts the page. In builds for development a shell of demo data can stand in for the real one: `?fake=journal|desk|first|locked`.
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { useShell } from './lib/ipc';

async function start(): Promise<void> {
  if (import.meta.env.MODE !== 'production') {
    const wanted = new URLSearchParams(location.search);
    const scene = wanted.get('fake');
    if (scene !== null) {
      const { fakeShell } = await import('./lib/fake-ipc');
      useShell(fakeShell({ scene, locale: wanted.get('locale') ?? 'en', trouble: wanted.get('trouble') }));
    }
  }
  const target = document.getElementById('app');
  if (target !== null) mount(App, { target });
}

void start();
