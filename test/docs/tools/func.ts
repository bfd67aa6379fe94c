/** As much of Azure Functions Core Tools as the pages use: publishing what has been built. */
const [group, app, verb, name, ...flags] = process.argv.slice(2);
const isPublish = `${group} ${app} ${verb}` === "azure functionapp publish";
if (isPublish && name && flags.join(" ") === "--no-build") console.log(`Published to ${name}`);
else process.exitCode = 1;
