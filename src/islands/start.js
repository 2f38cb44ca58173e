((module, binary) => {
	const start = async () => {
		const islands = await import(module);
		await islands.default({ module_or_path: binary });
		islands.hydrate();
		for (const island of document.querySelectorAll('leptos-island')) {
			await islands[island.dataset.component]?.(island);
		}
	};
	('requestIdleCallback' in window ? requestIdleCallback : setTimeout)(start);
})
